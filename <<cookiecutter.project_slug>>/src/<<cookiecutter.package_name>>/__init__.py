"""The code of << cookiecutter.project_slug >>, from its data to its service."""

PROJECT = "<< cookiecutter.project_slug >>"

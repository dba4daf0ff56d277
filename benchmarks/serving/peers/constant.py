"""A Starlette application that answers a constant: what the web alone costs."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def predict(_: Request) -> JSONResponse:
    """Answer without reading."""
    return JSONResponse({"predictions": [{"label": "no", "probability": 0.5}]})


app = Starlette(routes=[Route("/predict", predict, methods=["POST"])])

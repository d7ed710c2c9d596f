"""Which picture is brightest."""

from flask import Blueprint

bp = Blueprint("images", __name__)

PICTURES = {"apple": [0.9, 0.2, 0.1], "lime": [0.3, 0.9, 0.2]}


@bp.route("/")
def brightest():
    try:
        import torch
    except ImportError:
        return {"brightest": max(PICTURES, key=lambda name: sum(PICTURES[name]))}
    return {"brightest": max(PICTURES, key=lambda name: float(torch.tensor(PICTURES[name]).sum()))}

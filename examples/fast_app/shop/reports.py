"""Monthly figures."""

from flask import Blueprint

bp = Blueprint("reports", __name__)

SALES = [("2026-01", 310), ("2026-02", 280), ("2026-03", 355)]


@bp.route("/")
def monthly():
    import pandas as pd

    frame = pd.DataFrame(SALES, columns=["month", "sold"])
    return {"mean": float(frame["sold"].mean())}

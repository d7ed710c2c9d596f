"""A shop whose every start pays for everything it might ever do."""

import os

from flask import Flask
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy

# Planted: the environment variable turns the debugger on for whoever imports this.
os.environ["FLASK_DEBUG"] = "1"

# Planted: the app is built by importing the package, not by a factory.
app = Flask(__name__)
app.config["SECRET_KEY"] = "only an example"
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///:memory:"
# Planted: debug mode, in code that production runs.
app.config["DEBUG"] = True

# Planted: an extension bound to the app while the package loads.
db = SQLAlchemy(app)

# Planted: the two-step form of the same, both steps at import time.
login = LoginManager()
login.init_app(app)


@login.user_loader
def load_user(user_id):
    return None


# Planted: blueprints imported at the top, with all that they import, and registered while the package loads.
from .forecast import bp as forecast_bp  # noqa: E402
from .images import bp as images_bp  # noqa: E402
from .reports import bp as reports_bp  # noqa: E402

app.register_blueprint(reports_bp, url_prefix="/reports")
app.register_blueprint(forecast_bp, url_prefix="/forecast")
app.register_blueprint(images_bp, url_prefix="/images")


@app.route("/")
def index():
    return {"shop": "open"}

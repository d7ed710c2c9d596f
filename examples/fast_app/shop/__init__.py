"""A shop whose start pays for what every request needs, and no more."""

from flask import Flask

from .extensions import db, login


def create_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "only an example"
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///:memory:"

    db.init_app(app)
    login.init_app(app)

    from .forecast import bp as forecast_bp
    from .images import bp as images_bp
    from .reports import bp as reports_bp

    app.register_blueprint(reports_bp, url_prefix="/reports")
    app.register_blueprint(forecast_bp, url_prefix="/forecast")
    app.register_blueprint(images_bp, url_prefix="/images")

    @app.route("/")
    def index():
        return {"shop": "open"}

    return app

"""Extensions without an app: the factory joins them to one."""

from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy  # noqa: FST102  # every request reads the database: its price is the feature's

db = SQLAlchemy()
login = LoginManager()


@login.user_loader
def load_user(user_id):
    return None

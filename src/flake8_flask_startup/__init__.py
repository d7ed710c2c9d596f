"""Why a Flask app starts slowly, what each cause costs, and what to do, without running the app."""

__version__ = "0.1.0"

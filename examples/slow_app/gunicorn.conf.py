"""The production server."""

wsgi_app = "shop:app"
bind = "127.0.0.1:8000"
# Planted: each worker loads the app for itself.
workers = 4

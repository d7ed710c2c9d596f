"""The production server: the app is loaded once, and the workers share it."""

wsgi_app = "shop:create_app()"
bind = "127.0.0.1:8000"
workers = 4
preload_app = True

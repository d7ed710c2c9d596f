"""Starts the shop by hand; `flask --app shop run --debug` is the development server."""

from shop import create_app

if __name__ == "__main__":
    create_app().run()

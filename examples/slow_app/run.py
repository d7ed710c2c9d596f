"""Starts the shop by hand."""

from shop import app

if __name__ == "__main__":
    # Planted: the debugger and the reloader, which starts everything a second time.
    app.run(debug=True)

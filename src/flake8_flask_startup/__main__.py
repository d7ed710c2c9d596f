"""The console script, and `python -m flake8_flask_startup`. The commands take a tenth of a second to load."""

from .files.interrupts import end_at_once, end_at_once_when_interrupted, ignore_when_done


def main() -> None:
    """Run the commands."""
    try:
        end_at_once_when_interrupted()
        from .cli import main as run  # with Ctrl-C handled, not before

        run()
    except KeyboardInterrupt:
        end_at_once()
    finally:
        ignore_when_done()


if __name__ == "__main__":
    main()

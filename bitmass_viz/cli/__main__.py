"""`python -m bitmass_viz.cli` is the command `bitmass`."""

from bitmass_viz.cli.main import main

if __name__ == "__main__":
    main()

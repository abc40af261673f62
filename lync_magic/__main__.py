"""`python -m lync_magic`, and `lync-magic`: the command line."""

from lync_magic.commandline import main

if __name__ == "__main__":
    main()

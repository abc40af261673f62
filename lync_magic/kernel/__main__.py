"""`python -m lync_magic.kernel -f CONNECTION_FILE`: what the kernelspec starts."""

from lync_magic.kernel.app import main

if __name__ == "__main__":
    main()

"""`python -m clockdesk`."""

import sys

from clockdesk.app.cli import main

sys.exit(main())

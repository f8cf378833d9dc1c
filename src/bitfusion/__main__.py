"""`python -m bitfusion`: the same as the commands bitfusion and flexdirect."""

from __future__ import annotations

import sys

from .cli.main import main

sys.exit(main())

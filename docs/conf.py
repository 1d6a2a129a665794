"""The docs as a site: built without a network, strict, and loading nothing from elsewhere when it is read."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Seawall"
copyright = "the Seawall authors"
extensions = ["myst_parser", "api_pages"]
exclude_patterns = ["_ext"]

myst_heading_anchors = 3
smartquotes = False  # a command keeps its dashes and its quotes
nitpicky = True
show_warning_types = True

html_theme = "furo"
html_title = "Seawall"
html_copy_source = False
html_show_sphinx = False
pygments_style = "friendly"

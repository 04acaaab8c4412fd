"""A small web shop: the application whose performance promises perfgate keeps."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

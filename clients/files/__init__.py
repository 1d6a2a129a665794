"""Input files as people write them: YAML or JSON, each fault with its line.

- tree: a file as text, each piece with its line and column.
- reading: a file becomes a tree.
- amounts: how a file writes its amounts.
- messages: a tree becomes a message, amounts to the minor unit.
- inputs: what each kind of file describes.
- sweeps: the plan of a sweep.
- hints: what to write instead.
- refusals: what the server refuses, by line.
- comments: what the API says of its fields.
- field_words: a field in words, what it does and what it may be.
- kinds: the kinds of files to fill in, with their fields.
- blank: a file to fill in.
- schema: what an editor checks a file by.
- writing: a file that takes no other's place.
"""

from .reading import load, read_json, read_yaml
from .refusals import refused_by_line
from .tree import FileFault, FileRefused

__all__ = ["FileFault", "FileRefused", "load", "read_json", "read_yaml", "refused_by_line"]

"""Messages of the API as values of the engine, and back: one walk over the fields of a value.

- scalars: a scalar of a request, checked.
- pieces: a large request, parsed.
- from_message: a request, checked.
- to_message: a response.
"""

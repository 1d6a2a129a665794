"""Messages of the API as values of the engine, and back: one walk over the fields of a value.

- scalars: a scalar of a request, checked.
- pieces: a large request, parsed.
- from_message: a request, checked.
- to_message: a response.
- varints: whole numbers as bytes of a message, many at once.
- month_fields: where each field of a month comes from.
- months_to_message: the months of an execution in bytes.
"""

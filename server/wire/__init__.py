"""Messages of the API as values of the engine, and back: one walk over the fields of a value.

- from_message: a request, checked.
- to_message: a response.
"""

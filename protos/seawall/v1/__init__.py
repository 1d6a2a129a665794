"""The contract, version 1: the messages and stubs generated from the .proto files in this folder."""

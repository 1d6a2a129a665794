"""The shell: the gRPC server and the evidence store around the engine."""

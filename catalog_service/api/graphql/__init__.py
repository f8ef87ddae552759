"""The GraphQL door: one file for each noun, each field one call of a service."""

"""Open data: what the API gives, in whole files of the night, and the closed lists that its codes come from."""

"""`make check-localstack`: what others make of what the template declares, without Docker and outside of the tests."""

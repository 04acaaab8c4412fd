"""GitHub over its REST API: the client, comments, check runs, artifacts.

Below `ci`, `stores` and `app`, which need it alike. `requests` loads with the first request.
"""

"""The only composition of stages: what commands, the scheduler and the demo call.

``sources`` reads files, ``fetching`` addresses, ``workbench`` a workspace; each is imported by who needs it:
fetching and archiving cost more start-up than reading a file.
"""

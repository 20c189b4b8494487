"""Tells people what changed: what is told to whom (routing), kept until it is delivered (outbox), and sent.

``notice`` is what there is to tell, ``wording`` makes words of it; ``mail``, ``web`` and ``apprised`` send.
Nothing here knows the archive: pipeline/announcing.py brings both together.
"""

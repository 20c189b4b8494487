"""Writes facts and changes of many versions in the forms that others read.

Every writer takes the lines that pipeline/analysing.py yields, in their order: what one form has, all have.
"""

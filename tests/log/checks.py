"""Checks of pages for other processes, which import nothing else for them."""

import asyncio
import os

from seawall.server.verification.pages import Page


async def three_pages():
    for number in range(3):
        yield Page("local", number, number, 1, number)


async def numbered(database, page, factor):
    return database.name, page.first * factor


async def endless(database, page):
    await asyncio.Event().wait()


def ended():
    """Instead of a database."""
    os._exit(1)

"""Why a file was not taken, in a sentence for the person who offered it."""


class FileRefused(Exception):
    pass

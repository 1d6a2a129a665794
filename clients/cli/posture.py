"""What creditors do after a default, in place of what a scenario's file says."""

from argparse import ArgumentParser, Namespace

from seawall.v1.scenario_pb2 import Posture, Scenario

from ..client.names import choice_name

_POSTURES = (Posture.POSTURE_STANDSTILL, Posture.POSTURE_WORKOUT)
CHOICES = {choice_name(Posture.DESCRIPTOR, posture): posture for posture in _POSTURES}


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--posture", choices=CHOICES, help="what creditors do after a default; default as the file says"
    )
    parser.add_argument(
        "--acceleration-months",
        metavar="N",
        type=int,
        help="with workout: months from a default to the call of all debt",
    )


def apply(arguments: Namespace, scenario: Scenario) -> None:
    """Put the posture of the command line into a scenario."""
    if arguments.posture:
        scenario.posture = CHOICES[arguments.posture]
        scenario.ClearField("acceleration_months")
    if arguments.acceleration_months is not None:
        scenario.acceleration_months = arguments.acceleration_months

"""A graph of questions laid out as arrays for the kernels, each comparison and each rule's condition a program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from boldlink.linkage.compiled.conditions import Exit, Graph, Measure, Node
from boldlink.linkage.kernels import branches as ask
from boldlink.linkage.kernels.branches import BATCH, Program, Work
from boldlink.linkage.kernels.text import WORD, needed_letters, room_for

Array = np.ndarray[Any, np.dtype[Any]]
MOST_EDITS = float(1 << 30)
LEAST_RAISED, SLACK = 0.7, 1e-9  # Winkler raises no similarity up to this; by so much may a bound be off


def assemble(graph: Graph, starts: Sequence[Exit], place_of_key: Sequence[int], *, fused: bool) -> Program:
    """Programs that begin at these exits, in this order.

    place_of_key: the column of Values.codes that holds each key. fused: see kernels.text.jaro_winkler.
    """
    nodes: list[Node] = []
    measures: list[int] = []
    first, first_measure = [0], [0]
    for start in starts:
        order = _in_order(graph, start)
        place = {number: len(nodes) + n for n, number in enumerate(order)}
        local = {graph.nodes[n].left: 0 for n in order if _measured(graph.nodes[n])}
        slots = {measure: len(measures) + n for n, measure in enumerate(sorted(local))}
        nodes += [_moved(graph.nodes[number], place, slots) for number in order] or [_straight(start)]
        measures += sorted(local)
        first.append(len(nodes))
        first_measure.append(len(measures))
    return _arrays(graph, nodes, measures, first, first_measure, place_of_key, fused)


def _measured(node: Node) -> bool:
    return ask.AT_LEAST <= node.question <= ask.EXACTLY


def _in_order(graph: Graph, start: Exit) -> list[int]:
    """Nodes that can be reached, every node before those that it leads to."""
    seen: set[int] = set()
    found: list[int] = []

    def visit(number: Exit) -> None:
        if number >= 0 and number not in seen:
            seen.add(number)
            node = graph.nodes[number]
            for exit_ in (node.unknown, node.no, node.yes):
                visit(exit_)
            found.append(number)

    visit(start)
    return found[::-1]


def _moved(node: Node, place: dict[int, int], slots: dict[int, int]) -> Node:
    yes, no, unknown = (place[one] if one >= 0 else one for one in (node.yes, node.no, node.unknown))
    left = slots[node.left] if _measured(node) else node.left
    return Node(node.question, left, node.right, node.bound, yes, no, unknown)


def _straight(level: Exit) -> Node:
    """A program that asks nothing."""
    return Node(ask.LEFT_MISSING, 0, 0, 0.0, level, level, level)


def _arrays(
    graph: Graph, nodes: list[Node], measures: list[int], first: list[int], first_measure: list[int],
    place: Sequence[int], fused: bool,
) -> Program:  # fmt: skip
    held = [graph.measures[number] for number in measures]
    limits = [
        _limit(held[n].kind, [one for one in nodes if _measured(one) and one.left == n]) for n in range(len(held))
    ]
    return Program(
        np.array([node.question for node in nodes], np.int8),
        np.array([node.left if _measured(node) else place[node.left] for node in nodes], np.int32),
        np.array([place[node.right] for node in nodes], np.int32),
        np.array([node.bound for node in nodes], np.float64),
        np.array([node.yes for node in nodes], np.int32),
        np.array([node.no for node in nodes], np.int32),
        np.array([node.unknown for node in nodes], np.int32),
        np.array(first, np.int32),
        np.array(first_measure, np.int32),
        np.array([measure.kind for measure in held], np.int8),
        np.array([place[measure.left] for measure in held], np.int32),
        np.array([place[measure.right] for measure in held], np.int32),
        np.array(limits, np.float64),
        _needed(held, limits),
        np.array([fused]),
    )


def _limit(kind: int, nodes: list[Node]) -> float:
    """How far a measure matters: similarities under it, and distances over it, need not be exact."""
    bounds = [node.bound for node in nodes]
    if kind in (ask.JARO, ask.JARO_WINKLER):
        return 0.0 if any(node.question == ask.EXACTLY for node in nodes) else min(bounds)
    return min(max(*bounds, 0.0), MOST_EDITS)


def _needed(measures: list[Measure], limits: list[float]) -> Array:
    """Letters that texts must share, for every similarity."""
    found = np.zeros((len(measures), WORD + 1, WORD + 1), np.uint8)
    for n, measure in enumerate(measures):
        if measure.kind in (ask.JARO, ask.JARO_WINKLER):
            found[n] = needed_letters(min(limits[n], LEAST_RAISED) - SLACK)
    return found


def work_for(program: Program, longest: int) -> Work:
    """Scratch space for one thread, and for texts of up to so many bytes."""
    return Work(
        np.zeros((len(program.question), BATCH), np.int16),
        np.zeros(len(program.question), np.int32),
        np.zeros((max(len(program.measure), 1), BATCH), np.float64),
        np.zeros(256, np.uint64),
        np.full(1, -1, np.int64),
        np.zeros(room_for(longest), np.int64),
        np.zeros(BATCH, np.uint64),
        np.zeros(1, np.int64),
    )

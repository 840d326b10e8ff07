"""A model on another computer takes no place in a plan, and its role is done all the same."""

from models.placement import ModelNeeds, plan
from models.roles import Memory, Need, Placement, Role, Scope
from tests.plans import LLM, MODELS, VLM, machine

HOST = "10.0.0.5:8000"


def away(role: Role) -> ModelNeeds:
    return ModelNeeds(role, "a large one", lambda placement: Need(Memory()), Scope(host=HOST))


def test_it_takes_nothing_and_is_told_as_remote() -> None:
    here = [model for model in MODELS if model.role not in (LLM, VLM)]
    for cards in ((), ("T4",), ("T4", "GTX 1660")):
        found = plan(machine(*cards), [*here, away(LLM), away(VLM)])
        without = plan(machine(*cards), here)
        assert found.headroom == without.headroom
        assert found.headroom_ram == without.headroom_ram
        assert found.fits
        assert found.answers
        for role in (LLM, VLM):
            assert found.roles[role].placement == found.placements[role] == Placement(host=HOST)
            assert found.roles[role].reserved == found.roles[role].reserved_ram == 0
            assert HOST in found.roles[role].reason
        assert all(left.answers for left in found.failover.values())


def test_a_local_language_model_is_never_replaced_by_a_remote_picture_model() -> None:
    here = [model for model in MODELS if model.role is not VLM]
    small = machine(ram=1.5)
    found = plan(small, [*here, away(VLM)])
    assert found.roles[LLM] == plan(small, here).roles[LLM]
    assert found.roles[LLM].served_by is None

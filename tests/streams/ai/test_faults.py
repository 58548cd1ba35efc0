import pytest

from streams.ai.faults import CLASSES, error_for, fault_of_status
from streams.ai.provider import Fault, ProviderError


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_a_sentence_that_names_the_vendor_and_an_error_of_its_kind(fault):
    error = error_for(fault, who="Vendor", key="VENDOR_API_KEY", code="some_code", model="some-model")
    assert str(error).startswith("Vendor ")
    assert str(error).endswith(".")
    assert isinstance(error, ProviderError)
    assert error.fault is fault


def test_only_what_may_mend_itself_is_tried_again():
    again = {fault for fault in Fault if error_for(fault, who="V", key="K").retryable}
    assert again == set(CLASSES) == {Fault.BUSY, Fault.UNREACHABLE, Fault.SLOW, Fault.BROKE}


@pytest.mark.parametrize(
    ("status", "fault"),
    [(401, Fault.KEY), (402, Fault.QUOTA), (404, Fault.MODEL), (429, Fault.BUSY), (422, Fault.REFUSED)],
)
def test_a_status_alone_says_enough(status, fault):
    assert fault_of_status(status) is fault


@pytest.mark.parametrize("status", [500, 503, None])
def test_the_rest_is_the_vendors_own_trouble(status):
    assert fault_of_status(status) is Fault.BROKE

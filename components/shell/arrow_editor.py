"""Streamlit's editable dataframe, drawn from an Arrow table.

`st.data_editor` takes each table through pandas and back, and works its columns out anew: a quarter of what
an edit cost. What the browser is sent, and what it tells, are the same. Private names of Streamlit's stand
here as in `compat`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.dataframe_util import convert_arrow_table_to_arrow_bytes
from streamlit.elements.lib.column_config_utils import (
    INDEX_IDENTIFIER,
    extract_button_column_configs,
    marshall_column_config,
    process_config_mapping,
    register_button_column_widgets,
    update_column_config,
)
from streamlit.elements.lib.layout_utils import LayoutConfig
from streamlit.elements.lib.utils import compute_and_register_element_id
from streamlit.elements.widgets.data_editor import DataEditorSerde
from streamlit.proto.Dataframe_pb2 import Dataframe
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import register_widget


@dataclass(eq=False)
class Columns:
    """How each column is shown (`st.column_config`), and the names of those that can be edited.

    Where it is kept from drawing to drawing, what the browser is sent of it is worked out once.
    """

    config: Mapping[str, Any]
    editable: Collection[str]
    _sent: dict[object, str] = field(default_factory=dict, init=False)

    @cached_property
    def parted(self) -> tuple[Any, Any]:
        """What is told of the columns, and the buttons among them with what they do."""
        return extract_button_column_configs(self.config)

    def as_sent(self, names: Sequence[str], disabled: bool) -> str:
        """For a table that has columns of these `names`."""
        key = (*names, disabled)
        if key not in self._sent:
            told = process_config_mapping(self.parted[0])
            update_column_config(told, INDEX_IDENTIFIER, {"hidden": True})
            for name in () if disabled else names:
                if name not in self.editable:
                    update_column_config(told, name, {"disabled": True})
            sent = Dataframe()
            marshall_column_config(sent, told)
            self._sent[key] = sent.columns
        return self._sent[key]


def arrow_editor(
    table: pa.Table,
    columns: Columns,
    *,
    key: str,
    row_height: int,
    disabled: bool,
    on_change: Callable[[], None],
    alt: str,
) -> Mapping[int, Mapping[str, Any]]:
    """Draw the table as high as there is room; gives the cells that were edited, by row and column.

    `key` names the rows, as they are fixed. `row_height`: in pixels. `disabled`: no cell can be edited.
    """
    names = table.column_names
    sent = Dataframe(
        id=compute_and_register_element_id(
            "data_editor", user_key=key, dg=None, key_as_main_identity={"kind"}, kind=str((names, disabled))
        ),
        alt=alt,
        row_height=row_height,
        disabled=disabled,
        editing_mode=Dataframe.EditingMode.FIXED,
        columns=columns.as_sent(names, disabled),
    )
    sent.arrow_data.data = convert_arrow_table_to_arrow_bytes(table)
    run = get_script_run_ctx()
    if not disabled:
        register_button_column_widgets(dg=st._main, proto=sent, button_columns=columns.parted[1], ctx=run)
    told = DataEditorSerde()
    held = register_widget(
        sent.id,
        on_change_handler=on_change,
        deserializer=told.deserialize,
        serializer=told.serialize,
        ctx=run,
        value_type="string_value",
        disabled=disabled,
    )
    st._main._enqueue("dataframe", sent, layout_config=LayoutConfig(width="stretch", height="stretch"))
    edited: Mapping[int, Mapping[str, Any]] = held.value["edited_rows"]
    return edited

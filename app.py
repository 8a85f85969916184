"""The door: imported by uvicorn it is the ASGI app, run by Streamlit it is the shell around the pages."""

import streamlit as st

from components.shell.compat import (
    is_script,
    read_components_plainly,
    remember_settings,
    run_pages_within_app,
    tell_of_missing_pages,
)
from components.shell.link import no_page

if not is_script():
    from starlette.middleware import Middleware

    from components.shell.assets import assets
    from components.shell.first_page import first_page, no_such_page
    from components.shell.heard_out import hear_out
    from components.shell.sending import send_all_that_is_drawn, send_together, send_where_something_waits
    from components.shell.sign_in.routes import sign_in_routes
    from components.shell.text_first import text_first
    from components.shell.turns import draw_in_turn
    from labeling.server.embed import lifespan, mounts
    from labeling.server.guard import Guard
    from labeling.settings import Settings

    run_pages_within_app()
    send_all_that_is_drawn()
    send_together()
    send_where_something_waits()
    hear_out()
    draw_in_turn()
    remember_settings()
    read_components_plainly()
    tell_of_missing_pages(no_page)
    settings = Settings()
    address, below = st.get_option("server.address"), st.get_option("server.baseUrlPath") or ""
    app = st.App(
        __file__,
        routes=[
            *(*mounts(settings, address), assets(below), *first_page(below), text_first(below)),
            *sign_in_routes(below),
            no_such_page(below),
        ],
        lifespan=lifespan,
        middleware=[Middleware(Guard, hosts=settings.hosts, address=address or "")],
    )
    if __name__ == "__main__":
        app.run()
else:
    from components.assign.may import leads
    from components.shell.answers import read_late
    from components.shell.appearance import appearance
    from components.shell.compat import stops_itself
    from components.shell.connections import asks_who
    from components.shell.reconnection import reconnection
    from components.shell.state import ui_state
    from components.shell.telling import tell_again

    ui = ui_state()
    st.set_page_config(page_title="Tagwright", page_icon="components/shell/icon.svg", layout="wide")
    is_lead = leads(ui)
    pages = [
        st.Page("pages/sessions.py", title="Sessions", icon=":material/list:", default=True),
        st.Page("pages/annotate.py", title="Annotate", icon=":material/sell:"),
        st.Page("pages/review.py", title="Review", icon=":material/bar_chart:"),
        st.Page(
            "pages/assign.py",
            title="Assign",
            icon=":material/assignment_ind:",
            visibility="visible" if is_lead else "hidden",
        ),
        st.Page("pages/new_session.py", title="New session", icon=":material/add:"),
    ]
    if asks_who():
        pages.append(st.Page("pages/people.py", title="People", icon=":material/group:"))
    page = st.navigation(pages, position="top")
    ui.answers.late.clear()
    appearance()
    with stops_itself():
        page.run()
        read_late(ui)
    if leads(ui) != is_lead:
        tell_again(ui)
        st.rerun()  # the page that was drawn has learned who this is
    reconnection(run=f"{ui.window}-{ui.screen.run}")

"""Profile: name, contact, site address, signing key, backup."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engine.actions import publishing
from pages.shared import messages, state


def page() -> None:
    """Draw the page."""
    st.title("Profile")
    st.markdown(
        "What the published pages say about you. Everything is optional and stays on this machine until you publish."
    )
    settings = state.settings()
    old = publishing.profile(settings)
    with st.form("profile", border=True):
        left, right = st.columns(2)
        name = left.text_input("Name", old.name, max_chars=100)
        headline = right.text_input(
            "In one line", old.headline, max_chars=200, placeholder="Data analyst on the way to ML engineer"
        )
        about = st.text_area("About you", old.about, max_chars=2000, height=110)
        email = left.text_input("Mail address on the page", old.email, max_chars=200)
        site = right.text_input(
            "Site address",
            old.site_address,
            max_chars=300,
            placeholder="https://name.github.io",
            help="Where the site will stand; needed only for feed, site map and link previews",
        )
        links = st.text_area(
            "Links, one a line", "\n".join(old.links), max_chars=1000, height=90, placeholder="https://github.com/name"
        )
        if st.form_submit_button("Save the profile", type="primary", icon=":material/save:"):
            with messages.guard():
                publishing.save_profile(
                    settings,
                    replace(
                        old,
                        name=name.strip(),
                        headline=headline.strip(),
                        about=about.strip(),
                        email=email.strip(),
                        site_address=site.strip().rstrip("/"),
                        links=tuple(line.strip() for line in links.splitlines() if line.strip()),
                    ),
                )
                state.note("The profile is stored.")
                st.rerun()
    _key()


def _key() -> None:
    st.subheader("Signing key")
    fingerprint = publishing.known_fingerprint(state.settings())
    if fingerprint:
        st.markdown(
            f"Your pages are signed with the key `{fingerprint}`. It is kept in `{state.settings().home / 'keys'}`; "
            "who has it can sign in your name."
        )
    else:
        st.markdown(
            "A key of your own is made when you first publish. "
            "Changes that others make to your pages show as another key."
        )
    st.caption("Take everything out with `proofolio backup FILE`, and bring it back with `proofolio restore FILE`.")


page()

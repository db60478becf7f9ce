"""The page table of the application, and nothing else."""

import streamlit as st

from pages.shared import frame

st.set_page_config(page_title="Proofolio", page_icon=str(frame.ICON), layout="wide")

PAGES = {
    "Study": [
        st.Page("pages/study/today.py", title="Today", icon=":material/today:", default=True),
        st.Page("pages/study/path.py", title="Path", icon=":material/conversion_path:"),
        st.Page("pages/study/lesson.py", title="Lessons", icon=":material/school:"),
        st.Page("pages/study/ideas.py", title="Ideas", icon=":material/emoji_objects:"),
        st.Page("pages/study/practice.py", title="Practice", icon=":material/quiz:"),
        st.Page("pages/study/cases.py", title="Cases", icon=":material/policy:"),
    ],
    "Build": [
        st.Page("pages/build/gallery.py", title="Gallery", icon=":material/grid_view:"),
        st.Page("pages/build/bring.py", title="Bring data in", icon=":material/upload_file:"),
        st.Page("pages/build/brief.py", title="Brief", icon=":material/edit_note:"),
        st.Page("pages/build/data.py", title="Data", icon=":material/table_chart:"),
        st.Page("pages/build/prepare.py", title="Prepare", icon=":material/tune:"),
        st.Page("pages/build/train.py", title="Train", icon=":material/model_training:"),
        st.Page("pages/build/evaluate.py", title="Evaluate", icon=":material/fact_check:"),
        st.Page("pages/build/explain.py", title="Explain", icon=":material/lightbulb:"),
        st.Page("pages/build/holdout.py", title="Hold-out", icon=":material/lock:"),
        st.Page("pages/build/watch.py", title="Watch", icon=":material/monitoring:"),
    ],
    "Publish": [
        st.Page("pages/publish/writeup.py", title="Write-up", icon=":material/article:"),
        st.Page("pages/publish/evidence.py", title="Evidence", icon=":material/verified:"),
        st.Page("pages/publish/portfolio.py", title="Portfolio", icon=":material/language:"),
        st.Page("pages/publish/resume.py", title="Resume", icon=":material/contact_page:"),
    ],
    "Career": [
        st.Page("pages/career/jobs.py", title="Jobs", icon=":material/work:"),
    ],
    "Settings": [st.Page("pages/settings/profile.py", title="Profile", icon=":material/person:")],
}

frame.show(st.navigation(PAGES, position="hidden"), PAGES)

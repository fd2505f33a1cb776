"""casebook: builds the site from the data of ``cxdata``; see CONTRIBUTING.md for what an author needs of it."""

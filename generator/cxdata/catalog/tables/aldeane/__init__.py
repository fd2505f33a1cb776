"""Tables of Multimarque Aldéane, the twin of the study behind *Hug Your Haters*."""

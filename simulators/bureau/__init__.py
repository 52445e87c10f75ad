"""The credit bureau: one register of inquiries, and the three ways to it.

`pboc` speaks docs/interface/pboc.yaml; `bank` speaks docs/interface/bank.yaml, once by reference
and once blind. `inquiry` is what is asked, `people` judges it, `register` keeps it, `report` tells
it.
"""

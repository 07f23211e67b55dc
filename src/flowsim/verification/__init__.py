"""What theory says, held against the engine: claims with an error of their own, for `flowsim verify` and for the room
`verification/` of the repository, which has many more.

`claims` is what a claim is and how it is judged; each other module is a family of claims, its formulas derived in its
docstring.
"""

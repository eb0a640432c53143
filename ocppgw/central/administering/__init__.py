"""
What a request to the gateway itself leads to: decisions, without any effect.

Each module decides for some of the request types of ``ocppgw.model.commands``.
``ocppgw.central.administering.administration`` stores what was decided and answers.
"""

"""
The words of a sampled value: context, format, measurand, phase, location, unit.

Only data; what they amount to is in `measurands`.  Source: OCPP 1.6 sections 7.31, 7.33, 7.35,
7.40, 7.43 and 7.45; errata 2.1 and 3.84.
"""

from __future__ import annotations

from ocppgw.v16.enumeration import enumeration

CONTEXTS = enumeration(
    "ReadingContext",
    {
        "Interruption.Begin": "Taken when an interruption began.",
        "Interruption.End": "Taken when charging went on after an interruption.",
        "Other": "Taken for another reason.",
        "Sample.Clock": "Taken at a fixed time of the clock.",
        "Sample.Periodic": "Taken every so many seconds of a transaction.",
        "Transaction.Begin": "Taken when the transaction began.",
        "Transaction.End": "Taken when the transaction ended.",
        "Trigger": "Taken because the Central System asked.",
    },
)
FORMATS = enumeration(
    "ValueFormat",
    {
        "Raw": "A plain number.",
        "SignedData": "A block of data with the meter's signature.",
    },
)
MEASURANDS = enumeration(
    "Measurand",
    {
        "Current.Export": "Current from the car.",
        "Current.Import": "Current to the car.",
        "Current.Offered": "The greatest current that the car may take.",
        "Energy.Active.Export.Register": "Meter reading of the energy taken from the car.",
        "Energy.Active.Import.Register": "Meter reading of the energy given to the car.",
        "Energy.Reactive.Export.Register": "Meter reading of the reactive energy from the car.",
        "Energy.Reactive.Import.Register": "Meter reading of the reactive energy to the car.",
        "Energy.Active.Export.Interval": "Energy taken from the car in the last interval.",
        "Energy.Active.Import.Interval": "Energy given to the car in the last interval.",
        "Energy.Reactive.Export.Interval": "Reactive energy from the car in the last interval.",
        "Energy.Reactive.Import.Interval": "Reactive energy to the car in the last interval.",
        "Frequency": "Frequency of the supply.",
        "Power.Active.Export": "Power from the car.",
        "Power.Active.Import": "Power to the car.",
        "Power.Factor": "Ratio of active to apparent power.",
        "Power.Offered": "The greatest power that the car may take.",
        "Power.Reactive.Export": "Reactive power from the car.",
        "Power.Reactive.Import": "Reactive power to the car.",
        "RPM": "Speed of the fan.",
        "SoC": "State of charge of the car's battery.",
        "Temperature": "Temperature inside the charge point.",
        "Voltage": "Voltage of the supply.",
    },
)
PHASES = enumeration(
    "Phase",
    {
        "L1": "Phase 1.",
        "L2": "Phase 2.",
        "L3": "Phase 3.",
        "N": "The neutral.",
        "L1-N": "Phase 1 against the neutral.",
        "L2-N": "Phase 2 against the neutral.",
        "L3-N": "Phase 3 against the neutral.",
        "L1-L2": "Phase 1 against phase 2.",
        "L2-L3": "Phase 2 against phase 3.",
        "L3-L1": "Phase 3 against phase 1.",
    },
)
LOCATIONS = enumeration(
    "Location",
    {
        "Body": "Inside the charge point.",
        "Cable": "At the cable between charge point and car.",
        "EV": "In the car.",
        "Inlet": "Where the grid comes in.",
        "Outlet": "Where the car is connected.",
    },
)
UNITS = enumeration(
    "UnitOfMeasure",
    {
        "Wh": "Watt hours.",
        "kWh": "Kilowatt hours.",
        "varh": "Var hours.",
        "kvarh": "Kilovar hours.",
        "W": "Watts.",
        "kW": "Kilowatts.",
        "VA": "Volt amperes.",
        "kVA": "Kilovolt amperes.",
        "var": "Vars.",
        "kvar": "Kilovars.",
        "A": "Amperes.",
        "V": "Volts.",
        "K": "Kelvins.",
        "Celsius": "Degrees Celsius.",
        "Celcius": "Degrees Celsius, in the spelling that the first edition had.",
        "Fahrenheit": "Degrees Fahrenheit.",
        "Percent": "Hundredths.",
        "Hertz": "Hertz; allowed by the published schema of MeterValues only.",
    },
)

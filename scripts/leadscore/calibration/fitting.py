"""Points from a logistic regression of conversion on how much each rule counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadscore.errors import LeadscoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

STRENGTHS = 10
FOLDS = 5
FEWEST_FOLDS = 2
# Of the strongest rule, where the present points give no scale: all that may be fitted give 0.
POINTS_OF_STRONGEST = 20


@dataclass(frozen=True)
class Fit:
    """What a regression found.

    Attributes:
        log_odds: What one more of each rule adds to the log-odds of conversion, a number a column.
        scale: Points per log-odds with which the sum of points varies as much as before.
    """

    log_odds: NDArray[np.float64]
    scale: float

    @property
    def points(self) -> NDArray[np.float64]:
        """Whole points."""
        import numpy as np

        return np.rint(self.log_odds * self.scale)


def fitted(
    times: csr_array,
    kept: NDArray[np.float64],
    present: NDArray[np.float64],
    converts: NDArray[np.bool_],
    contact: NDArray[np.int64],
) -> Fit:
    """Fit points to what people did next.

    L2 regularisation on columns of equal spread; its strength is that with the best log-likelihood on
    contacts that it hasn't seen.

    Args:
        times: A row an observation, a column a rule: how much it counted.
        kept: What all else adds to each row's sum of points.
        present: The sums of points as they are.
        converts: Who converted next.
        contact: Whose observation each is.
    """
    import numpy as np
    from scipy.sparse import csr_array, hstack
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.model_selection import StratifiedGroupKFold

    spread = _spread(times)
    of_kept = kept.std()
    columns = [times.multiply(1 / spread)]
    if of_kept > 0:
        columns.append(csr_array(((kept - kept.mean()) / of_kept)[:, None]))
    inputs = hstack(columns, format="csr")
    folds = min(FOLDS, len(np.unique(contact[converts])), len(np.unique(contact[~converts])))
    if folds < FEWEST_FOLDS:
        raise LeadscoreError(
            "nothing can be learned: of the earlier instants' contacts fewer than two converted, or all",
            "Wait for more, or give the conversion more observations.",
        )
    splits = list(StratifiedGroupKFold(folds).split(inputs, converts, contact))
    regression = LogisticRegressionCV(
        Cs=STRENGTHS,
        cv=splits,
        scoring="neg_log_loss",
        l1_ratios=(0,),
        max_iter=1000,
        use_legacy_attributes=False,
    ).fit(inputs, converts)
    log_odds = regression.coef_.ravel()[: times.shape[1]] / spread
    scale = _scale(times @ log_odds, kept, present)
    strongest = float(np.abs(log_odds).max(initial=0))
    return Fit(log_odds, scale or (POINTS_OF_STRONGEST / strongest if strongest else 0.0))


def _spread(times: csr_array) -> NDArray[np.float64]:
    """The standard deviation of each column; 1 where nothing varies."""
    import numpy as np

    mean = np.asarray(times.mean(axis=0)).ravel()
    square = np.asarray(times.multiply(times).mean(axis=0)).ravel()
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    return np.where(spread > 0, spread, 1.0)


def _scale(log_odds: NDArray[np.float64], kept: NDArray[np.float64], present: NDArray[np.float64]) -> float:
    """The factor with which `kept` and so many times the log-odds vary together as much as `present` does.

    0 where nothing tells: what was fitted varies with nothing, or gave no points before.
    """
    import numpy as np

    spread = float((present - kept).std())
    a, c = log_odds.var(), kept.var() - present.var()
    if a == 0 or spread == 0:
        return 0.0
    b = 2 * np.mean((log_odds - log_odds.mean()) * (kept - kept.mean()))
    root = b * b - 4 * a * c
    # What stays varies more than all did: the rules that are fitted keep their own spread.
    if root < 0 or (wanted := (-b + np.sqrt(root)) / (2 * a)) <= 0:
        return spread / float(log_odds.std())
    return float(wanted)

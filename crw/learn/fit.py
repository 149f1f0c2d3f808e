"""Fitting and using a score: boosted trees, moved by the record of the same goods, calibrated."""

from dataclasses import dataclass, replace

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from crw.learn import TARGETS
from crw.learn.matrix import categories_of, encoded, features, settings

# What a model may look at: the goods and papers alone, or the people behind them as well.
_KINDS = (("consignment", "behaviour", "record"), ("consignment",))
_STRENGTHS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0)
_EDGE = 1e-6
_ROWS_PER_THREAD = 200_000  # below, threads wait for each other more than they work


@dataclass(frozen=True)
class Fitted:
    """One target's model. `kinds` are the kinds of features it looks at. `goods_strength` says how
    many records of the same goods weigh as much as the trees; `slope` and `intercept` are the
    calibration, on log odds."""

    target: str
    kinds: tuple[str, ...]
    booster: lgb.Booster
    categories: dict[str, list[str]]
    base: float
    goods_strength: float
    slope: float = 1.0
    intercept: float = 0.0


def fit(frame: pd.DataFrame, target: str) -> Fitted:
    """Learn from labelled items. The latest part of the results decides what to look at, how far
    the record of the same goods is trusted, and the calibration; then all of it is learned."""
    frame = frame.sort_values(["result_on", "accepted_on", "declaration_id", "item_number"])
    cut = int(len(frame) * (1 - settings()["holdout_share"]))
    later = frame.iloc[cut:]
    truth = truth_of(later, target)
    new = (later["same_goods_inspected"] == 0).to_numpy()
    earlier = frame.iloc[:cut]
    if len(earlier) > settings()["trial_rows"]:
        earlier = earlier.sample(
            int(settings()["trial_rows"]), random_state=int(settings()["seed"])
        )
    tries = {kinds: _trees(earlier, target, kinds) for kinds in _KINDS}
    told = {kinds: _raw(tried, later) for kinds, tried in tries.items()}
    kinds = min(_KINDS, key=lambda kinds: _log_loss(truth[new], told[kinds][new]))
    tried, raw = tries[kinds], told[kinds]
    losses = {
        strength: _log_loss(truth, _moved(later, target, raw, strength)) for strength in _STRENGTHS
    }
    tried = replace(tried, goods_strength=min(losses, key=losses.get))
    slope, intercept = _calibration(truth, _moved(later, target, raw, tried.goods_strength))
    return replace(
        _trees(frame, target, kinds),
        goods_strength=tried.goods_strength,
        slope=slope,
        intercept=intercept,
    )


def truth_of(frame: pd.DataFrame, target: str) -> np.ndarray:
    """1 where an offence was found, 0 where none was; an offence that names no item is shared out
    among those of its declaration."""
    return frame[TARGETS[target]].to_numpy(float) * frame["label_weight"].to_numpy(float)


def predict(fitted: Fitted, frame: pd.DataFrame) -> np.ndarray:
    """Probability that an inspection finds an offence of the target, for each item."""
    moved = _moved(frame, fitted.target, _raw(fitted, frame), fitted.goods_strength)
    return _odds_moved(moved, fitted.slope, fitted.intercept)


def reasons(fitted: Fitted, frame: pd.DataFrame, count: int = 3) -> list[list[tuple[str, float]]]:
    """The features that raised each item's score the most (TreeSHAP, log odds), strongest first."""
    matrix = encoded(frame, fitted.target, fitted.kinds, fitted.base, fitted.categories)
    shares = fitted.booster.predict(matrix, pred_contrib=True, num_threads=2)[:, :-1]
    names = [feature.name for feature in features() if feature.kind in fitted.kinds]
    record = _record_share(fitted, frame)
    shares = np.column_stack([shares, record])
    names.append("same_goods")
    best = np.argsort(-shares, axis=1, kind="stable")[:, :count]
    return [
        [(names[j], float(row[j])) for j in order if row[j] > 0]
        for row, order in zip(shares, best, strict=True)
    ]


def _trees(frame: pd.DataFrame, target: str, kinds: tuple[str, ...]) -> Fitted:
    """Goods seen before are left to their record: the trees learn from each goods' first time."""
    told = settings()
    first = frame[frame["same_goods_inspected"] == 0]
    truth = truth_of(first, target)
    base = float(truth.mean()) if len(first) else 0.0
    categories = categories_of(first)
    named = [f.name for f in features() if f.data == "category" and f.kind in kinds]
    data = lgb.Dataset(
        encoded(first, target, kinds, base, categories),
        truth,
        categorical_feature=named,
        params={"max_bin": 255, "verbose": -1},
        free_raw_data=True,
    )
    seed = int(told["seed"])
    booster = lgb.train(
        {
            "objective": "cross_entropy",
            "learning_rate": told["learning_rate"],
            "num_leaves": int(told["leaves"]),
            "min_data_in_leaf": int(told["least_in_leaf"]),
            "bagging_fraction": told["share_of_rows"],
            "bagging_freq": 1,
            "feature_fraction": told["share_of_features"],
            "lambda_l2": told["leaf_penalty"],
            "cat_smooth": told["category_smoothing"],
            "cat_l2": told["category_smoothing"],
            "max_cat_threshold": 64,
            "extra_trees": True,
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1 if len(first) < _ROWS_PER_THREAD else 2,
            "verbose": -1,
        },
        data,
        num_boost_round=int(told["trees"]),
    )
    return Fitted(target, kinds, booster, categories, base, goods_strength=1.0)


def _raw(fitted: Fitted, frame: pd.DataFrame) -> np.ndarray:
    matrix = encoded(frame, fitted.target, fitted.kinds, fitted.base, fitted.categories)
    threads = 1 if len(frame) < _ROWS_PER_THREAD else 2
    return fitted.booster.predict(matrix, num_threads=threads)


def _moved(frame: pd.DataFrame, target: str, raw: np.ndarray, strength: float) -> np.ndarray:
    """What the trees say, moved towards what inspections of the very same goods found."""
    hits = "hits" if target == "any" else "security_hits"
    looked = frame["same_goods_inspected"].to_numpy(float)
    found = frame[f"same_goods_{hits}"].to_numpy(float)
    return (found + strength * raw) / (looked + strength)


def _record_share(fitted: Fitted, frame: pd.DataFrame) -> np.ndarray:
    raw = _raw(fitted, frame)
    moved = _moved(frame, fitted.target, raw, fitted.goods_strength)
    return _log_odds(moved) - _log_odds(raw)


def _log_odds(share: np.ndarray) -> np.ndarray:
    share = np.clip(share, _EDGE, 1 - _EDGE)
    return np.log(share / (1 - share))


def _odds_moved(share: np.ndarray, slope: float, intercept: float) -> np.ndarray:
    return 1 / (1 + np.exp(-(slope * _log_odds(share) + intercept)))


def _calibration(truth: np.ndarray, share: np.ndarray) -> tuple[float, float]:
    """Slope and intercept on log odds (Platt); none where the results hold one outcome only."""
    if not 0 < truth.sum() < len(truth):
        return 1.0, 0.0
    odds = np.tile(_log_odds(share), 2)[:, None]
    outcome = np.repeat([1, 0], len(truth))
    model = LogisticRegression(C=1e6).fit(odds, outcome, np.concatenate([truth, 1 - truth]))
    slope = float(model.coef_[0, 0])
    return (slope, float(model.intercept_[0])) if slope > 0 else (1.0, 0.0)


def _log_loss(truth: np.ndarray, share: np.ndarray) -> float:
    share = np.clip(share, _EDGE, 1 - _EDGE)
    return float(np.mean(-(truth * np.log(share) + (1 - truth) * np.log(1 - share))))

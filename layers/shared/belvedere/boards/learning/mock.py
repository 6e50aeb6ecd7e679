"""Made-up answers for those who build a page before there are data: the same for everybody, for ever."""

from typing import Any

STUDENT_PROGRESS: dict[str, Any] = {
    "user_id": "mock_student_123",
    "progress_metrics": {
        "overall_score": 0.75,
        "concepts_mastered": 12,
        "total_concepts": 20,
        "learning_velocity": 0.65,
        "engagement_score": 0.82,
    },
    "concept_breakdown": [
        {"concept": "Kinematics", "mastery": 0.89, "confidence": 0.85},
        {"concept": "Forces", "mastery": 0.72, "confidence": 0.78},
        {"concept": "Energy", "mastery": 0.65, "confidence": 0.70},
        {"concept": "Momentum", "mastery": 0.58, "confidence": 0.65},
    ],
    "time_series": [
        {"date": "2025-01-01", "score": 0.45},
        {"date": "2025-01-07", "score": 0.52},
        {"date": "2025-01-14", "score": 0.68},
        {"date": "2025-01-21", "score": 0.75},
    ],
    "mock_data": True,
}

CLASS_ANALYTICS: dict[str, Any] = {
    "class_id": "physics_101",
    "summary": {"total_students": 45, "active_students": 38, "avg_progress": 0.67, "completion_rate": 0.73},
    "performance_distribution": {"excellent": 8, "good": 15, "average": 12, "needs_help": 8, "at_risk": 2},
    "trending_concepts": [
        {"concept": "Newton's Laws", "difficulty": 0.45, "engagement": 0.78},
        {"concept": "Energy Conservation", "difficulty": 0.62, "engagement": 0.65},
        {"concept": "Circular Motion", "difficulty": 0.71, "engagement": 0.58},
    ],
    "mock_data": True,
}

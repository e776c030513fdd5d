#pragma once
// The precompiled header of what works with plans.
#include "cmake/pch.h"
#include "planner/plan/pipeline.h"
